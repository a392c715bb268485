#!/usr/bin/env node
import * as module from 'node:module';

// From Node 22.1 on: compiled code is kept between runs, which shortens every one after the first.
module.enableCompileCache?.();
const { main } = await import('../dist/main.js');
process.exitCode = await main('create-microservice', process.argv.slice(2));
