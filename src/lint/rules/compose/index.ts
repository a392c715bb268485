export { noVersionField } from './no-version-field.ts';
