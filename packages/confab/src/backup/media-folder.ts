/** Where media lie in a data folder, and in a backup of it. */
export const MEDIA_FOLDER = 'media';
