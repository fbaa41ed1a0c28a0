#include <iostream>

#include "control/api/tokens.h"
#include "control/cli/commands.h"
#include "control/scalars.h"

namespace sluice::cli {

int new_token(const NewToken& options) {
  if (const auto name = config::name(options.name); !name)
    return fail(exit_bad_usage, "--name: " + name.error());
  const auto token = sluice::new_token();
  std::cerr << "for the tokens file, below `tokens:`\n  - { name: " << options.name
            << ", role: " << options.role << ", sha256: \"" << hex_of(digest_of(token)) << "\" }\n";
  std::cout << token << '\n';  // alone, so that a script can take it
  return exit_done;
}

}  // namespace sluice::cli
