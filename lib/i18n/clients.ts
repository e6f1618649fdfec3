/** App passwords and setting up devices: both languages, same keys, same order. */
export const en = {
  "work.kind.app-password.drop-sessions.v1": "Sign out a device",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "work.kind.app-password.drop-sessions.v1": "退出单个设备",
};
