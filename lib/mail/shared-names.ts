/** Under this name everybody sees what others share with him (RFC 2342): nobody may have a folder of that name. */
export const OTHER_USERS = "Other Users";
