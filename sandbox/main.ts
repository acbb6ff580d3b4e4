/** `npm run sandbox`: a cluster, the engine, and the program on it; `-- attack` attacks it, `-- down` takes it all away. */
import { attackSandbox } from "./attack";
import { clusterDown } from "./cluster";
import { deploy } from "./deployment";
import { SandboxError } from "./shell";

const USAGE = `Usage: npm run sandbox [-- up | attack [options] | down]

  up       start the cluster unless it runs, and bring the program up on it (the default)
  attack   attack what runs there; the options are those of \`npm run verify -- --help\`
  down     stop the cluster and remove everything that it put on this machine
`;

const COMMANDS = new Map([
    ["up", deploy],
    ["down", clusterDown],
]);

async function main([command = "up", ...further]: string[]): Promise<number> {
    if (command === "attack") {
        return attackSandbox(further);
    }
    const run = further.length === 0 ? COMMANDS.get(command) : undefined;
    if (run === undefined) {
        process.stderr.write(USAGE);
        return 2;
    }
    await run();
    return 0;
}

main(process.argv.slice(2)).then(
    (status) => {
        process.exitCode = status;
    },
    (error: Error) => {
        process.stderr.write(`${error instanceof SandboxError ? error.message : error.stack}\n`);
        process.exitCode = 1;
    },
);
