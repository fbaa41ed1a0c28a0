#include <map>

#include "control/cli/command_words.h"

namespace sluice::cli {

void add_admin(CLI::App& command, Typed& typed) {
  static const std::map<std::string, Output> outputs{{"table", Output::table}, {"json", Output::json}};
  command.add_option("--admin", typed.admin.url, "The proxy's admin address (default: SLUICE_ADMIN)")
      ->type_name("URL")
      ->capture_default_str();
  command.add_option("--token", typed.admin.token, "What lets you in (default: SLUICE_TOKEN)")
      ->type_name("TOKEN");
  command.add_option("--ca", typed.admin.ca, "Who vouches for https:// (default: SLUICE_CA, or the system)")
      ->type_name("FILE");
  command.add_option("-o,--output", typed.output, "table for people, json for programs")
      ->type_name("table|json")
      ->transform(CLI::Transformer(outputs).description(""))
      ->default_str("table");
}

}  // namespace sluice::cli
