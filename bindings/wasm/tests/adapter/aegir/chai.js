// The assertions that `interface-datastore-tests` takes from `aegir`, without the rest of that package: hundreds of others.
import * as chai from "chai";
import promised from "chai-as-promised";

const HOLDS = {
  true: (value) => value === true,
  false: (value) => value === false,
  exist: (value) => value !== undefined && value !== null,
};

chai.use(promised);
// There they are called, as in `to.be.true()`.
chai.use(({ Assertion }) => {
  for (const [name, holds] of Object.entries(HOLDS)) {
    Assertion.addChainableMethod(name, function () {
      this.assert(holds(this._obj), `expected #{this} to be ${name}`, `expected #{this} not to be ${name}`);
    });
  }
});

export const { expect } = chai;
