#include "control/cli/ask.h"

#include <boost/json/parse.hpp>
#include <iostream>

#include "control/cli/commands.h"
#include "control/file_text.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

// What a problem says for people.
std::string detail_of(const AdminAnswer& answer, const json::object* problem) {
  if (problem)
    if (const auto* detail = problem->if_contains("detail"); detail && detail->is_string())
      return std::string(detail->get_string());
  return "the proxy answered with status " + std::to_string(answer.status);
}

}  // namespace

int fail(ExitCode code, const std::string& what) {
  std::cerr << "sluice: " << what << '\n';
  return code;
}

Result<json::object, int> ask(const Proxy& admin, AdminRequest request) {
  const auto url = parse_admin_url(admin.url);
  if (!url) return failure(fail(exit_bad_usage, url.error()));
  if (!admin.ca.empty())
    if (const auto readable = read_file_text(admin.ca); !readable)
      return failure(fail(exit_bad_usage, "--ca " + admin.ca + ": " + readable.error()));
  request.token = admin.token;
  request.ca = admin.ca;
  const auto answer = ask_admin(*url, request);
  if (!answer)
    return failure(fail(exit_not_reachable, "no proxy at " + admin.url + ": " + answer.error() +
                                                "\n--admin URL or SLUICE_ADMIN says where it is"));
  json::error_code not_json;
  const auto value = json::parse(answer->body, not_json);
  const auto* object = not_json ? nullptr : value.if_object();
  if (answer->status == 401)
    return failure(fail(exit_failed, detail_of(*answer, object) +
                                         "\n--token or SLUICE_TOKEN is what this command sends"));
  if (answer->status != 200) return failure(fail(exit_failed, detail_of(*answer, object)));
  if (!object)
    return failure(
        fail(exit_failed, "what answers at " + admin.url + " is no Sluice: it sent no JSON object"));
  return *object;
}

}  // namespace sluice::cli
