#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "proxy/runtime/control/control_client.hpp"
#include "proxy/runtime/control/control_server.hpp"
#include "proxy/runtime/control/socket_path.hpp"
#include "proxy/runtime/control/wire.hpp"
#include "proxy/runtime/loop/server.hpp"

namespace proxy::runtime::control {
namespace {

using Done = std::function<void(view::Answer)>;

/// A control server on a thread of its own over a folder of its own.
class Control : public testing::Test {
 protected:
  Control() {
    std::string name = (std::filesystem::temp_directory_path() / "sipwake-control-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Control() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void serve(const std::string& data_dir, ControlServer::Submit submit) {
    context_ = std::make_unique<boost::asio::io_context>();
    server_ = std::make_unique<ControlServer>(*context_, data_dir, std::move(submit));
    thread_ = std::thread{[this] {
      const auto guard = boost::asio::make_work_guard(*context_);
      context_->run();
    }};
  }
  void serve(ControlServer::Submit submit) { serve(folder_, std::move(submit)); }
  void stop() {
    if (!thread_.joinable()) return;
    context_->stop();
    thread_.join();
    server_.reset();
    context_.reset();
  }

  ControlClient client() { return ControlClient::connect(folder_).value(); }
  std::string socket_file() const { return folder_ + "/control.sock"; }

  std::string folder_;

 private:
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<ControlServer> server_;
  std::thread thread_;
};

void agree(const Change&, const Actor&, const Done& done) { done(view::Done{7, std::nullopt, 1}); }

/// A connection that says whatever it is told.
class RawClient {
 public:
  explicit RawClient(const std::string& data_dir)
      : descriptor_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    const SocketPath path{data_dir};
    const auto address = path.address();
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
  }
  ~RawClient() { ::close(descriptor_); }
  RawClient(RawClient&&) = delete;

  void say(std::string_view text) const {
    while (!text.empty()) {
      const auto n = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n < 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// One line, or what came before the connection was closed.
  std::string line() const {
    std::string text;
    for (char c = 0; ::recv(descriptor_, &c, 1, 0) == 1 && c != '\n';) text += c;
    return text;
  }

 private:
  int descriptor_;
};

TEST_F(Control, AnswersWhatItWasAnswered) {
  serve([](const Change& change, const Actor&, const Done& done) {
    const auto* remove = std::get_if<RemoveUser>(&change);
    done(view::Refused{404, "aor", "no " + (remove == nullptr ? "" : remove->aor)});
  });
  const auto answer = client().change(RemoveUser{"a@b.example"});
  EXPECT_EQ(std::get<view::Refused>(answer).why, "no a@b.example");
}

TEST_F(Control, TakesManyRequestsOnOneConnectionInOrder) {
  std::int64_t next = 0;
  serve([&next](const Change&, const Actor&, const Done& done) {
    done(view::Done{++next, std::nullopt, 0});
  });
  auto one = client();
  for (std::int64_t i = 1; i <= 100; ++i)
    EXPECT_EQ(std::get<view::Done>(one.change(RemoveUser{"a@b"})).id, i);
}

TEST_F(Control, AnswersRequestsThatCameTogetherOneByOne) {
  serve(agree);
  const RawClient raw{folder_};
  const auto line = encode(Change{RemoveUser{"a@b"}}) + '\n';
  raw.say(line + "nonsense\n" + line);
  EXPECT_EQ(raw.line().substr(0, 11), "{\"count\":1,");
  EXPECT_NE(raw.line().find("not one line of JSON"), std::string::npos);
  EXPECT_EQ(raw.line().substr(0, 11), "{\"count\":1,");
}

TEST_F(Control, ClosesAConnectionWhoseLineDoesNotEnd) {
  serve(agree);
  const RawClient raw{folder_};
  raw.say(std::string(line_bytes_max + 1, 'x'));
  EXPECT_NE(raw.line().find("at most 1 MB"), std::string::npos);
  EXPECT_EQ(raw.line(), "");
  EXPECT_TRUE(std::holds_alternative<view::Done>(client().change(RemoveUser{"a@b"})));
}

TEST_F(Control, SurvivesAClientThatLeavesBeforeItsAnswer) {
  Done late;
  serve([&late](const Change& change, const Actor&, const Done& done) {
    if (std::holds_alternative<AddToken>(change)) {
      late = done;
      return;
    }
    if (late) late(view::Done{});
    done(view::Done{});
  });
  {
    const RawClient raw{folder_};
    raw.say(encode(Change{AddToken{"n", "h"}}) + '\n');
  }
  // The second request is served by the same thread, so the first one has been taken by then or
  // is taken after it; either way nothing may fall over.
  EXPECT_TRUE(std::holds_alternative<view::Done>(client().change(RemoveUser{"a@b"})));
}

TEST_F(Control, IgnoresAnAnswerThatComesAfterItsEnd) {
  std::vector<Done> kept;
  serve([&kept](const Change& change, const Actor&, const Done& done) {
    if (std::holds_alternative<AddToken>(change))
      kept.push_back(done);
    else
      done(view::Done{});
  });
  const RawClient raw{folder_};
  raw.say(encode(Change{AddToken{"n", "h"}}) + '\n' + encode(Change{RemoveUser{"a@b"}}) + '\n');
  EXPECT_TRUE(std::holds_alternative<view::Done>(client().change(RemoveUser{"a@b"})));
  stop();
  for (const auto& done : kept) done(view::Done{});
  EXPECT_EQ(raw.line(), "");
}

TEST_F(Control, HoldsAtMostSixteenConnections) {
  serve(agree);
  const auto line = encode(Change{RemoveUser{"a@b"}}) + '\n';
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 16; ++i) {
    idle.push_back(std::make_unique<RawClient>(folder_));
    idle.back()->say(line);
    EXPECT_NE(idle.back()->line(), "");
  }
  const RawClient one_more{folder_};
  one_more.say(line);
  EXPECT_EQ(one_more.line(), "");
}

TEST_F(Control, IsOpenToItsOwnerOnly) {
  const auto before = ::umask(0);
  serve(agree);
  ::umask(before);
  struct stat found {};
  ASSERT_EQ(::stat(socket_file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(Control, TakesTheSocketOfADeadProcessOver) {
  {
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const SocketPath path{folder_};
    const auto address = path.address();
    ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(dead);
  }
  EXPECT_FALSE(ControlClient::connect(folder_).has_value());
  serve(agree);
  EXPECT_TRUE(std::holds_alternative<view::Done>(client().change(RemoveUser{"a@b"})));
}

TEST_F(Control, RemovesItsSocketAtTheEnd) {
  serve(agree);
  EXPECT_TRUE(std::filesystem::exists(socket_file()));
  stop();
  EXPECT_FALSE(std::filesystem::exists(socket_file()));
  EXPECT_FALSE(ControlClient::connect(folder_).has_value());
}

TEST_F(Control, WorksInAFolderWhosePathIsTooLongForASocket) {
  const auto deep = folder_ + '/' + std::string(100, 'd') + '/' + std::string(100, 'e');
  std::filesystem::create_directories(deep);
  serve(deep, agree);
  EXPECT_TRUE(std::filesystem::exists(deep + "/control.sock"));
  auto client = ControlClient::connect(deep);
  ASSERT_TRUE(client);
  EXPECT_TRUE(std::holds_alternative<view::Done>(client->change(RemoveUser{"a@b"})));
}

TEST_F(Control, SaysWhereItCannotListen) {
  try {
    serve("/nonexistent/data", agree);
    ADD_FAILURE();
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(),
                 "/nonexistent/data/control.sock: cannot listen: No such file or directory");
  }
}

TEST_F(Control, SaysWhenTheServerGoesAwayInMidRequest) {
  serve([](const Change&, const Actor&, const Done&) {});
  auto one = client();
  std::thread stopper{[this] { stop(); }};
  EXPECT_THROW(one.change(RemoveUser{"a@b"}), ControlError);
  stopper.join();
}

}  // namespace
}  // namespace proxy::runtime::control
