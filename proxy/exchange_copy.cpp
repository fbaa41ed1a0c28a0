#include "proxy/exchange_copy.h"

#include <new>

#include "proxy/worker.h"

namespace sluice {
namespace {

std::size_t size_of_texts(const Exchange& x, const BodyPart& body) noexcept {
  const auto& request = x.request;
  auto size = request.method.size() + request.target.size() + request.path.size() + request.query.size() +
              request.authority.size() + x.rewritten.target.size() + x.rewritten.host.size() +
              x.request_id.size() + body.bytes;
  for (const auto& field : request.fields) size += field.name.size() + field.value.size();
  return size;
}

}  // namespace

ExchangeCopy::ExchangeCopy(Worker& worker, const Exchange& from, const BodyPart& body)
    : listener_(from.listener->slot), peer_(*from.peer) {
  texts_.reserve(size_of_texts(from, body));  // views into it stay valid
  copy_request(from);
  exchange_.peer = &peer_;
  exchange_.snapshot = from.snapshot;
  exchange_.listener = from.listener;
  exchange_.rule = from.rule;
  exchange_.service = from.service;
  exchange_.arrival = from.arrival;
  exchange_.assignment = from.assignment;
  exchange_.has_body = from.has_body;
  exchange_.rewritten.target = keep(from.rewritten.target);
  exchange_.rewritten.host = keep(from.rewritten.host);
  exchange_.request_id = keep(from.request_id);
  exchange_.own_request_id = from.own_request_id;
  exchange_.trace_root = from.trace_root;
  exchange_.at.started = from.at.started;
  const auto begin = texts_.size();
  for (std::size_t i = 0; i < body.count; ++i)
    std::ignore = keep({static_cast<const char*>(body.pieces[i].iov_base), body.pieces[i].iov_len});
  if (body.bytes != 0) exchange_.first_part.add(std::string_view(texts_).substr(begin));
  exchange_.first_part.end = true;
  exchange_.bytes_in = body.bytes;
  worker.add(*this);
}

std::string_view ExchangeCopy::keep(std::string_view text) {
  const auto begin = texts_.size();
  texts_.append(text);
  return std::string_view(texts_).substr(begin);
}

void ExchangeCopy::copy_request(const Exchange& from) {
  auto& to = exchange_.request;
  to.method = keep(from.request.method);
  to.target = keep(from.request.target);
  to.path = keep(from.request.path);
  to.query = keep(from.request.query);
  to.authority = keep(from.request.authority);
  to.version = from.request.version;
  to.client = from.request.client;
  for (const auto& field : from.request.fields)
    if (!to.fields.add({.name = keep(field.name), .value = keep(field.value), .id = field.id}))
      throw std::bad_alloc();
}

}  // namespace sluice
