'use strict';
const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;
"use strict";

// src/post.ts
var import_node_module = require("node:module");
(0, import_node_module.createRequire)(__importMetaUrl)("./index.cjs");
