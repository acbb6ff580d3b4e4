// Loads TypeScript as the engine's Node host does for this project: its ts-node, our compiler, nothing checked.
const path = require("node:path");
const { typeScriptRequireStrings } = require("@pulumi/pulumi/tsutils");

const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
require(tsnodeRequire).register({
    compiler: typescriptRequire,
    transpileOnly: true,
    project: path.join(__dirname, "../../tsconfig.run.json"),
    compilerOptions: {},
});
