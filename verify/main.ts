/** `npm run verify`. */
import { runCommand } from "./command";

runCommand(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
});
