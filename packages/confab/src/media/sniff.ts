/**
 * What browsers may show by themselves, by the declared type, and the types that such a file may look like. Nothing in it can run: no
 * SVG, no HTML, no PDF.
 */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['image/png', 'image/apng'],
  'image/jpeg': ['image/jpeg'],
  'image/gif': ['image/gif'],
  'image/webp': ['image/webp'],
  'video/mp4': ['video/mp4'],
  'audio/mp4': ['audio/mp4', 'audio/x-m4a', 'video/mp4'],
  // Containers: what recorders call sound only looks the same.
  'video/webm': ['video/webm'],
  'audio/webm': ['video/webm'],
  'audio/mpeg': ['audio/mpeg'],
  'audio/mp3': ['audio/mpeg'],
  'audio/ogg': ['audio/ogg', 'audio/opus', 'video/ogg'],
  'video/ogg': ['video/ogg'],
};

const SNIFFED: ReadonlySet<string> = new Set(Object.values(SHOWN).flat());

/** What the bytes of a file look like, of the types that matter here; null for every other. */
export async function sniff(file: string): Promise<string | null> {
  // Loaded when the first file comes: a start need not wait for it.
  const { fileTypeFromFile } = await import('file-type');
  // Broken files make it throw, as much as they make it find nothing.
  const mime = (await fileTypeFromFile(file).catch(() => undefined))?.mime.split(';', 1)[0];
  return mime !== undefined && SNIFFED.has(mime) ? mime : null;
}

/**
 * Whether a browser may show the file rather than keep it: only what is said to be one of a few types, and looks like it. The declared
 * type is what it is served as in either case.
 */
export function mayBeShown(contentType: string, sniffedType: string | null): boolean {
  const declared = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return sniffedType !== null && Object.hasOwn(SHOWN, declared) && SHOWN[declared]?.includes(sniffedType) === true;
}
