/**
 * `npm run release-contract`, once at each release: writes down what the users of this release rely on. From then on
 * the tests refuse what would replace or drop any of it.
 */
import { writeRelease } from "../test/package/contract/release";

writeRelease().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
