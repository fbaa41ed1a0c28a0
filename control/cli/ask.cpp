#include "control/cli/ask.h"

#include <boost/json/parse.hpp>
#include <iostream>

#include "control/cli/commands.h"
#include "control/file_text.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

// What a problem says for people.
std::string detail_of(const Told& told) {
  if (const auto* detail = told.body.if_contains("detail"); detail && detail->is_string())
    return std::string(detail->get_string());
  return "the proxy answered with status " + std::to_string(told.status);
}

tl::unexpected<NoAnswer> no_answer(ExitCode code, std::string what) {
  return failure(NoAnswer{code, std::move(what)});
}

}  // namespace

int fail(ExitCode code, const std::string& what) {
  std::cerr << "sluice: " << what << '\n';
  return code;
}

int refused(const Told& told) {
  const auto* hint = told.status == 401 ? "\n--token or SLUICE_TOKEN is what this command sends" : "";
  return fail(exit_failed, detail_of(told) + hint);
}

int another_version(const Proxy& admin) {
  return fail(exit_failed, "what answers at " + admin.url + " does not speak this version of the admin API");
}

Result<Told, NoAnswer> ask_quietly(const Proxy& admin, AdminRequest request,
                                   std::chrono::milliseconds timeout) {
  const auto url = parse_admin_url(admin.url);
  if (!url) return no_answer(exit_bad_usage, url.error());
  if (!admin.ca.empty())
    if (const auto readable = read_file_text(admin.ca); !readable)
      return no_answer(exit_bad_usage, "--ca " + admin.ca + ": " + readable.error());
  request.token = admin.token;
  request.ca = admin.ca;
  const auto answer = ask_admin(*url, request, timeout);
  if (!answer)
    return no_answer(exit_not_reachable, "no proxy at " + admin.url + ": " + answer.error() +
                                             "\n--admin URL or SLUICE_ADMIN says where it is");
  json::error_code not_json;
  const auto value = json::parse(answer->body, not_json);
  const auto* object = not_json ? nullptr : value.if_object();
  if (!object && !is_refusal(answer->status))
    return no_answer(exit_failed, "what answers at " + admin.url + " is no Sluice: it sent no JSON object");
  return Told{.status = answer->status, .body = object ? *object : json::object()};
}

Result<json::object, int> ask(const Proxy& admin, AdminRequest request) {
  auto told = ask_quietly(admin, std::move(request));
  if (!told) return failure(fail(told.error().code, told.error().what));
  if (is_refusal(told->status)) return failure(refused(*told));
  return std::move(told->body);
}

}  // namespace sluice::cli
