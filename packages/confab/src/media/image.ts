import type { Limits } from '../config/index.ts';

/** What is known of an image. Its own bytes are never changed. */
export interface ImageFacts {
  /** As it is to be shown: turned as its metadata says. */
  width: number;
  height: number;
  thumbnail: Buffer | undefined;
}

/** Looks at files that were found to look like images. Resolves with undefined for what is none, is broken, or is too large to be looked into. */
export type ImageReader = (file: string) => Promise<ImageFacts | undefined>;

export type ImageLimits = Pick<Limits, 'imagePixels' | 'thumbnailEdgePixels'>;

/** What a thumbnail is served as. */
export const THUMBNAIL_TYPE = 'image/webp';

/** Its time on a thread. Images of the largest size take a second. */
const SECONDS = 5;

/** At once, of each node: each holds a decoded image, and one of the four threads that files are read with as well. */
const AT_ONCE = 2;

/** Whoever comes when so many wait gets no thumbnail, rather than that uploads wait for them. */
const WAITING = 20;

/** What is looked into. The library can read more formats than anybody sends, and each is attack surface. */
const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif']);

/**
 * Reads images with an optional library, which is loaded when the first one comes: that takes a fifth of a second. Where it is not
 * installed there are neither dimensions nor thumbnails, and `onAbsent` is told so, once.
 */
export function createImageReader(limits: ImageLimits, onAbsent: (reason: unknown) => void): ImageReader {
  let library: ReturnType<typeof load> | undefined;
  async function load() {
    try {
      return (await import('sharp')).default;
    } catch (error) {
      onAbsent(error);
      return undefined;
    }
  }
  let running = 0;
  const waiting: (() => void)[] = [];

  async function look(file: string): Promise<ImageFacts | undefined> {
    library ??= load();
    const sharp = await library;
    if (sharp === undefined) return undefined;
    const options = { limitInputPixels: limits.imagePixels, failOn: 'error', sequentialRead: true } as const;
    const { autoOrient, format } = await sharp(file, options).metadata();
    if (format === undefined || !FORMATS.has(format)) return undefined;
    const edge = limits.thumbnailEdgePixels;
    // Metadata is left out unless asked for: a place or a camera does not go with the thumbnail.
    const thumbnail = await sharp(file, options)
      .autoOrient()
      .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .timeout({ seconds: SECONDS })
      .toBuffer()
      .catch(() => undefined);
    return { width: autoOrient.width, height: autoOrient.height, thumbnail };
  }

  return async (file) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) return undefined;
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await look(file);
    } catch {
      // Whatever is wrong with it is its sender's affair.
      return undefined;
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
