// What happens to data and credentials: rotation, changes of the server, backups, the tunnel.
import { running } from "./support/stack";
import "./rotation";
import "./server";
import "./backups";
import "./data-safety";
import "./tunnel";

after(async () => {
    const { stack } = await running();
    await stack.destroy({ remove: true });
});
