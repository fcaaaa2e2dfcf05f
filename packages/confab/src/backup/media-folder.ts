/** Where media lie in a data folder, and in a backup of it. */
export const MEDIA_FOLDER = 'media';

/** Below it, what is being uploaded: no record tells of it yet. */
export const INCOMING_FOLDER = 'incoming';
