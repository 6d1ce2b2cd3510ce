// What the server hands to the scripts: its time (ms since 1970), texts, the live cursor, the person's session, the wedge's settings.

const island = JSON.parse(document.getElementById("island")?.textContent || "{}");

export default {
  texts: {},
  cursor: 0,
  session: null,
  scan: "/scan",
  events: "/events",
  beat_ms: 10000,
  sign_in: "/sign-in",
  wedge: {},
  ...island,
};

/** @param {string} key @param {Record<string, unknown>} fields @returns {string} the text in the reader's language */
export function say(key, fields = {}) {
  const text = island.texts?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}
