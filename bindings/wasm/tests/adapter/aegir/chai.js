// The assertions that `interface-datastore-tests` takes from `aegir`, without the rest of that package: hundreds of others.
import * as chai from "chai";
import promised from "chai-as-promised";
import parentheses from "chai-parentheses";

chai.use(parentheses);
chai.use(promised);

export const { expect } = chai;
