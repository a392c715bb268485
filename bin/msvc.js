#!/usr/bin/env node
require('./load.cjs').run('msvc');
