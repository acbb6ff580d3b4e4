import { serve } from "../server";
import { objectTypes } from "./objects";
import { releaseType } from "./release";
import { checkConfig, Session } from "./session";

const session = new Session();

serve({
    name: "kubernetes",
    version: "4.32.0",
    configure: (config) => session.configure(config),
    checkConfig,
    resources: { ...objectTypes(session), "kubernetes:helm.sh/v3:Release": releaseType(session) },
});
