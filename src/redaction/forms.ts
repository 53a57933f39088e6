/** A shorter piece of a base64 text may stand there by chance. */
const shortestBase64 = 8;

/** A secret as it may stand in a text: as it is, and as programs write it into URLs, JSON and headers. */
export function formsOf(secret: string): string[] {
  const url = encodeURIComponent(secret);
  // Python's `quote` spares the slash, and nothing of the rest that JavaScript spares.
  const strict = url.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    url,
    strict,
    strict.replaceAll('%2F', '/'),
    strict.replaceAll('%20', '+'),
    strict.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    json,
    json.replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ...base64Forms(Buffer.from(secret)),
  ];
}

/** The characters that stand for it alone, wherever in a longer text it begins, such as in `user:secret`. */
function base64Forms(secret: Buffer): string[] {
  const texts = [0, 1, 2].map((before) => {
    const bits = (before + secret.length) * 8;
    const text = Buffer.concat([Buffer.alloc(before), secret]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
  });
  return texts
    .filter((text) => text.length >= shortestBase64)
    .flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}
