import { strict as assert } from "node:assert";
import * as path from "node:path";
import { stateFolderOf } from "../../../sandbox/paths";

/** The longest path of a socket below the state folder. */
const LONGEST_SOCKET = "node/kubelet/device-plugins/kubelet.sock";

describe("the state folder", () => {
    it("lies in the clone", () => {
        assert.equal(stateFolderOf("/home/me/bulwark"), "/home/me/bulwark/.sandbox");
    });

    it("leaves room for the kubelet's sockets, however long the clone's path is", () => {
        for (let length = 1; length < 300; length += 1) {
            const socket = path.join(stateFolderOf(`/${"c".repeat(length)}`), LONGEST_SOCKET);
            assert.ok(socket.length <= 107, socket);
        }
    });

    it("is another one for each clone", () => {
        assert.notEqual(stateFolderOf(`/a/${"c".repeat(80)}`), stateFolderOf(`/b/${"c".repeat(80)}`));
    });
});
