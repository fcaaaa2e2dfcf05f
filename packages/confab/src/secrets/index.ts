export { deriveKey } from './derive-key.ts';
export { generateApiSecret, generateAuthToken } from './generate.ts';
export { MasterKeyError, parseMasterKey } from './master-key.ts';
export { createMasterKey, loadMasterKey, masterKeyFile } from './master-key-file.ts';
export { rotatingSecretBox } from './rotating-secret-box.ts';
export { safeEqual } from './safe-equal.ts';
export { createSecretBox, type SecretBox, SecretBoxError } from './secret-box.ts';
