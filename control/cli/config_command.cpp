#include <boost/json/array.hpp>
#include <exception>
#include <iostream>
#include <iterator>

#include "control/cli/ask.h"
#include "control/cli/fields.h"
#include "control/cli/revision_commands.h"
#include "control/cli/table.h"
#include "control/config.h"
#include "control/file_text.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

// A large configuration takes a moment to read and to check.
constexpr std::chrono::seconds longest{60};

Result<std::string, std::string> text_of(const std::string& file) {
  if (file != "-") return read_file_text(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Result<Told, int> put(const ApplyFile& options, const std::string& query) {
  auto text = text_of(options.file);
  if (!text) return failure(fail(exit_failed, options.file + ": " + text.error()));
  auto told = ask_quietly(options.admin,
                          {.method = "PUT",
                           .path = "/v1/config" + query,
                           .body = *std::move(text),
                           .content_type = "application/yaml"},
                          longest);
  if (!told) return failure(fail(told.error().code, told.error().what));
  return *std::move(told);
}

// As `sluice check` prints them.
void print_problems(std::ostream& stream, const std::string& file, const json::array& problems) {
  for (const auto& each : problems)
    stream << config::to_string(file == "-" ? "<stdin>" : file,
                                {.mark = {.line = each.at("line").to_number<int>(),
                                          .column = each.at("column").to_number<int>()},
                                 .key = field_text(each.at("key")),
                                 .what = field_text(each.at("what"))})
           << '\n';
}

bool names_problems(const Told& told) {
  const auto* problems = told.body.if_contains("problems");
  return is_refusal(told.status) && problems && problems->is_array() && !problems->get_array().empty();
}

int tell_refusal(const ApplyFile& options, const Told& told, std::ostream& stream) {
  if (options.output == Output::json) {
    std::cout << json_text(told.body) << '\n';
    return exit_failed;
  }
  if (!names_problems(told)) return refused(told);
  print_problems(stream, options.file, told.body.at("problems").as_array());
  return exit_failed;
}

int tell_applied(const ApplyFile& options, const json::object& answer) {
  if (options.output == Output::json) {
    std::cout << json_text(answer) << '\n';
    return exit_done;
  }
  const auto changes = json_text(answer.at("changes"));
  std::cout << options.file << ": revision " << json_text(answer.at("revision")) << ", " << changes
            << (changes == "1" ? " change" : " changes") << '\n';
  return exit_done;
}

Ink ink_of_change(const std::string& line) {
  return line.starts_with('+') ? Ink::green : line.starts_with('-') ? Ink::red : Ink::yellow;
}

int tell_diff(const ApplyFile& options, const json::object& answer) {
  const auto& changes = answer.at("changes").as_array();
  const auto& drift = answer.at("drift").as_array();
  const auto& problems = answer.at("problems").as_array();
  const auto code = changes.empty() && problems.empty() ? exit_done : exit_failed;
  if (options.output == Output::json) {
    std::cout << json_text(answer) << '\n';
    return code;
  }
  const bool colour = wants_colour();
  for (const auto& each : changes)
    std::cout << inked(field_text(each), ink_of_change(field_text(each)), colour) << '\n';
  if (!drift.empty())
    std::cout << inked("weights that have moved since; applying the file leaves them as they are:", Ink::dim,
                       colour)
              << '\n';
  for (const auto& each : drift) std::cout << "= " << field_text(each) << '\n';
  print_problems(std::cout, options.file, problems);
  return code;
}

}  // namespace

int apply_file(const ApplyFile& options) {
  const auto told = put(options, options.rollouts == Rollouts::abort ? "?abort=true" : "");
  if (!told) return told.error();
  try {
    return is_refusal(told->status) ? tell_refusal(options, *told, std::cerr)
                                    : tell_applied(options, told->body);
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
}

int diff_file(const ApplyFile& options) {
  const auto told = put(options, "?dry_run=true");
  if (!told) return told.error();
  try {
    return is_refusal(told->status) ? tell_refusal(options, *told, std::cout)
                                    : tell_diff(options, told->body);
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
}

}  // namespace sluice::cli
