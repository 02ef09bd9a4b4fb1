// The version that the user agent names; the same as in package.json.

export const VERSION = "0.1.0";
