// A client's connection as its worker sees it: something that can be asked to end.
#pragma once

#include <boost/intrusive/list.hpp>

#include "routing/slot.h"

namespace sluice {

class Session
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Session() = default;

  // Ends it now if it is idle; otherwise it ends with the response that it is at.
  virtual void end_when_idle() = 0;
  // Ends it now: first itself, so that it begins nothing new, then what it waits for at an upstream. Either
  // may be its end, so they are two calls.
  virtual void cancel_upstream() {}
  virtual void end_now() = 0;
  [[nodiscard]] virtual const SlotRef& listener() const noexcept = 0;
};

using Sessions = boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>>;

}  // namespace sluice
