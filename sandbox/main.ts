/** `npm run sandbox`: a cluster, the engine, and the program on it; `-- down` takes it all away. */
import { clusterDown } from "./cluster";
import { deploy } from "./deployment";
import { SandboxError } from "./shell";

const USAGE = `Usage: npm run sandbox [-- up | down]

  up     start the cluster unless it runs, and bring the program up on it (the default)
  down   stop the cluster and remove everything that it put on this machine
`;

async function main(command: string): Promise<void> {
    switch (command) {
        case "up":
            return deploy();
        case "down":
            return clusterDown();
        default:
            process.stderr.write(USAGE);
            process.exitCode = 2;
    }
}

main(process.argv[2] ?? "up").catch((error: Error) => {
    process.stderr.write(`${error instanceof SandboxError ? error.message : error.stack}\n`);
    process.exitCode = 1;
});
