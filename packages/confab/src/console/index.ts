export { addConsole } from './add-console.ts';
