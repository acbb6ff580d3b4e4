/**
 * Stryker's runner for mocha, which loads the sources again in the same process when a mutant is in what runs while they
 * are loaded: tables and patterns, a third of all. Stryker's own begins a new process for each of those, since it can't
 * know that nothing here is an ES module: seconds instead of a tenth of one.
 */
import { createRequire } from "node:module";
import { createMochaTestRunner } from "@stryker-mutator/mocha-runner";

const { cache } = createRequire(import.meta.url);

function createRunner(injector) {
    const runner = createMochaTestRunner(injector);
    const { init, mutantRun } = runner;
    runner.capabilities = async () => ({ reloadEnvironment: true });
    runner.init = async () => {
        await init.call(runner);
        // What was imported stays for good; what was required is forgotten with its place in the cache.
        runner.mocha.loadFilesAsync = async () => runner.mocha.loadFiles();
    };
    runner.mutantRun = async (options) => {
        if (options.reloadEnvironment) {
            await runner.dispose();
            for (const file of Object.keys(cache).filter((each) => !each.includes("/node_modules/"))) {
                delete cache[file];
            }
            runner.loadedEnv = false;
            await runner.init();
        }
        return mutantRun.call(runner, options);
    };
    return runner;
}
createRunner.inject = createMochaTestRunner.inject;

export const strykerPlugins = [{ kind: "TestRunner", name: "mocha-reloading", factory: createRunner }];
