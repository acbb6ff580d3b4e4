/** The postgresql provider's stand-in: the resource types that the program uses, on a real PostgreSQL server. */
import { serve } from "../server";
import { databaseType } from "./database";
import { defaultPrivilegesType } from "./default-privileges";
import { grantType } from "./grant";
import { roleType } from "./role";
import { Server } from "./server";
import { checkSettings, parseSettings } from "./settings";

let configured: Server | undefined;

function server(): Server {
    if (!configured) {
        throw new Error("the provider is not configured");
    }
    return configured;
}

serve({
    name: "postgresql",
    version: "3.18.0",
    checkConfig: checkSettings,
    async configure(config) {
        configured = new Server(parseSettings(config, process.env));
    },
    resources: {
        "postgresql:index/role:Role": roleType(server),
        "postgresql:index/database:Database": databaseType(server),
        "postgresql:index/grant:Grant": grantType(server),
        "postgresql:index/defaultPrivileges:DefaultPrivileges": defaultPrivilegesType(server),
    },
});
