import { describeV3Client } from './v3-client-suite.ts';

describeV3Client('http');
