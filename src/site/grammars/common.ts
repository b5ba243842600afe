/** What the three grammars share. */
export const string = { name: 'string.quoted.double.comment', match: '"[^"]*"' };

/** IPv4 or IPv6, with a prefix length or a port where there is one. */
export const address = {
  name: 'constant.numeric.address',
  match:
    '(?<![\\w.])(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[?[0-9a-f]{0,4}(?:::?[0-9a-f]{1,4}){2,7}(?:::)?\\]?)(?:/\\d{1,3})?(?::\\d+)?(?![\\w.])',
};

export const number = {
  name: 'constant.numeric',
  match: '(?<![\\w.-])(?:0x[0-9a-fA-F]+|\\d+(?:\\.\\d+)?)(?![\\w.])',
};
