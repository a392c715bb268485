export { copyNotAdd } from './copy-not-add.ts';
