#!/usr/bin/env node
// Starts the service on the Node it needs: this one where it is new enough, else the one that was installed with it.
import { runWithNode24 } from './launch.js';

await runWithNode24(new URL('../src/main.ts', import.meta.url));
