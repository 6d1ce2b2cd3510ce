// For pages that only have look-up fields and no script of their own.

import { lookups } from "./lookup.js";

lookups(document);
