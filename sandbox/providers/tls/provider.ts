/** The tls provider's stand-in. */
import { serve } from "../server";
import { resources } from "./resources";

serve({ name: "tls", version: "5.6.1", configure: async () => undefined, resources });
