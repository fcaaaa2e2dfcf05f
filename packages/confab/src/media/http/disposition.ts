/** Direction marks, which make `exe.png` of `gnp.exe`, and other characters without a shape. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;

const LONGEST = 200;

/** The last part of what was given as a path, without what no file system or reader takes as it is. Empty if nothing is left. */
export function safeFilename(filename: string): string {
  const last = filename.split(/[/\\]/).at(-1) ?? '';
  const shown = last
    .replaceAll(HIDDEN, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  return [...shown].slice(0, LONGEST).join('');
}

/** A Content-Disposition: the name as text that every client reads, and as it is (RFC 6266, RFC 8187). */
export function contentDisposition(type: 'inline' | 'attachment', filename: string | null): string {
  const safe = filename === null ? '' : safeFilename(filename);
  if (safe === '') return type;
  const ascii = safe.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\%;]/g, '_');
  const extended = encodeURIComponent(safe).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
