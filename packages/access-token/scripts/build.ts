import { buildPackage } from './build-package.ts';

// `npm run build -w packages/access-token`: writes the package that is published, `npm publish packages/access-token/dist`.
await buildPackage(new URL('../dist/', import.meta.url));
