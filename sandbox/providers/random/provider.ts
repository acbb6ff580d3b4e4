import { serve } from "../server";
import { resources } from "./resources";

serve({ name: "random", version: "4.21.2", configure: async () => undefined, resources });
