import { strict as assert } from "node:assert";
import { kubeconfig, serverUrl, serverUrlFault } from "../../../components/cluster/kubeconfig";

const PARTS = {
    server: "https://10.0.0.10:6443",
    caCertificate: "PEM",
    accountName: "operator",
    namespaceName: "operators",
};

describe("kubeconfig", () => {
    it("names the cluster, its authority, and the account with its token", async () => {
        const { KubeConfig } = await import("@kubernetes/client-node");
        const config = new KubeConfig();
        config.loadFromString(kubeconfig({ ...PARTS, token: "t" }));
        assert.equal(config.getCurrentCluster()?.server, "https://10.0.0.10:6443");
        assert.equal(config.getCurrentCluster()?.skipTLSVerify, false);
        assert.equal(Buffer.from(config.getCurrentCluster()?.caData ?? "", "base64").toString(), "PEM");
        assert.equal(config.getCurrentUser()?.name, "operator");
        assert.equal(config.getCurrentUser()?.token, "t");
        assert.equal(config.getContextObject(config.getCurrentContext())?.namespace, "operators");
    });

    it("holds no credential without a token", () => {
        const { users, apiVersion, kind } = JSON.parse(kubeconfig({ ...PARTS, token: undefined }));
        assert.deepEqual([apiVersion, kind], ["v1", "Config"]);
        assert.deepEqual(users, [{ name: "operator", user: {} }]);
    });

    it("takes the first address of an endpoint, in brackets when it is IPv6", () => {
        assert.equal(serverUrl({ cidrs: ["10.0.0.10/32", "10.0.0.11/32"], port: 6443 }), "https://10.0.0.10:6443");
        assert.equal(serverUrl({ cidrs: ["fd00::1/128"], port: 443 }), "https://[fd00::1]:443");
    });

    it("takes addresses over TLS only, without credentials", () => {
        for (const good of [
            "https://10.0.0.10:6443",
            "https://api.example.com",
            "https://rancher.example.com/k8s/c1",
        ]) {
            assert.equal(serverUrlFault(good), undefined, good);
        }
        for (const wrong of [
            "http://10.0.0.10",
            "10.0.0.10:6443",
            "https://user:word@host",
            "https://host?x=1",
            "",
            "xhttps://host",
            ["https://host"],
        ] as string[]) {
            assert.match(serverUrlFault(wrong) ?? "", /^must be an address that begins with https:\/\//, wrong);
        }
    });
});
