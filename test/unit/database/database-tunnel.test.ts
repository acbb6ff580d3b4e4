import { strict as assert } from "node:assert";
import * as net from "node:net";
import { openTunnel } from "../../../components/database/database-tunnel";
import { freePort } from "../support/free-port";

const nowhere = new Promise<never>(() => undefined);

describe("database tunnel", () => {
    it("listens on loopback before anything is known about the pod", async () => {
        const port = await freePort();
        assert.equal(await openTunnel(port, nowhere), port);
        const socket = net.connect(port, "127.0.0.1");
        await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
        socket.destroy();
    });

    it("names the setting when another program has the port", async () => {
        const other = net.createServer();
        await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
        const { port } = other.address() as net.AddressInfo;
        await assert.rejects(openTunnel(port, nowhere), {
            message: `The database tunnel can't listen on 127.0.0.1:${port}, another program does; choose a free port with \`tunnel.localPort\` (in the program's settings: bulwark:database.tunnel.localPort).`,
        });
        other.close();
    });

    it("refuses to carry two databases on one port", async () => {
        const port = await freePort();
        await openTunnel(port, nowhere);
        await assert.rejects(openTunnel(port, nowhere), {
            message: `Port ${port} carries another database's tunnel of this program; give each its own \`tunnel.localPort\`.`,
        });
    });

    it("ends the connection when the kubeconfig leads nowhere, without taking the process down", async () => {
        const port = await freePort();
        const target = {
            namespaceName: "database",
            podName: "pgdb-postgresql-0",
            port: 5432,
            kubeconfig: "/nonexistent",
        };
        await openTunnel(port, Promise.resolve(target));
        const socket = net.connect(port, "127.0.0.1");
        await new Promise<void>((resolve) => socket.once("close", () => resolve()).resume());
    });
});
