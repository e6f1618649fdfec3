/** App passwords and setting up devices: both languages, same keys, same order. */
export const en = {} as const;

export const zh: Record<keyof typeof en, string> = {};
