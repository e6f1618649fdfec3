/** What a server elsewhere says for people: on one line, without control characters, and short. */
export const outsideText = (text: string, most: number): string =>
  text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, " ").slice(0, most);
