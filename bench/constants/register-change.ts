import { register } from 'node:module';

register(new URL('./changed-constant.js', import.meta.url));
