// The conversation of test_mysql_conversation.py over JDBC, run as it stands: java -cp DRIVER.jar Conversation.java URL USER PASSWORD
import java.sql.*;
import java.util.*;

public class Conversation {
    static void say(String key, Object value) {
        System.out.println(key + "=" + value);
    }

    interface Question {
        Object ask() throws SQLException;
    }

    static Object number(Question question) {
        try {
            return question.ask();
        } catch (SQLException error) {
            return error.getErrorCode();
        }
    }

    static Object one(Statement statement, String text) throws SQLException {
        try (ResultSet rows = statement.executeQuery(text)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> found = new ArrayList<>();
        try (rows) {
            while (rows.next()) found.add(rows.getString(name));
        }
        return found;
    }

    public static void main(String[] args) throws Exception {
        say("wrong", number(() -> DriverManager.getConnection(args[0], args[1], "wrong")));
        for (String mode : List.of("", "?useServerPrepStmts=true", "?useCompression=true", "?useSsl=true&trustServerCertificate=true")) {
            try (Connection connection = DriverManager.getConnection(args[0] + mode, args[1], args[2]); Statement statement = connection.createStatement()) {
                say("title", one(statement, "SELECT page_title FROM page WHERE page_id = 1"));
                say("denied", number(() -> one(statement, "SELECT user_password FROM user")));
                say("unknown", number(() -> one(statement, "SELECT * FROM nothing_here")));
                try (ResultSet rows = statement.executeQuery("SELECT * FROM user WHERE user_id = 1")) {
                    rows.next();
                    say("masked", rows.getString("user_password"));
                }
                try (PreparedStatement prepared = connection.prepareStatement("SELECT page_id, page_title FROM page WHERE page_namespace = ? AND page_title = ?")) {
                    if (mode.contains("Prep")) say("prepared", prepared.getMetaData().getColumnName(2));
                    prepared.setInt(1, 0);
                    prepared.setString(2, "Main_Page");
                    say("bound", column(prepared.executeQuery(), "page_id").get(0));
                }
                try (PreparedStatement prepared = connection.prepareStatement("SELECT rev_id FROM revision ORDER BY rev_id")) {
                    prepared.setFetchSize(10);
                    say("fetched", column(prepared.executeQuery(), "rev_id").size() > 100);
                }
                DatabaseMetaData metadata = connection.getMetaData();
                say("version", metadata.getDatabaseProductVersion());
                say("catalogs", column(metadata.getCatalogs(), "TABLE_CAT").contains(connection.getCatalog()));
                say("tables", column(metadata.getTables(connection.getCatalog(), null, "pag%", null), "TABLE_NAME"));
                say("columns", column(metadata.getColumns(connection.getCatalog(), null, "change_tag_def", "%"), "COLUMN_NAME"));
                say("key", column(metadata.getPrimaryKeys(connection.getCatalog(), null, "page"), "COLUMN_NAME"));
                say("indexes", new TreeSet<>(column(metadata.getIndexInfo(connection.getCatalog(), null, "change_tag_def", false, false), "INDEX_NAME")));
                say("foreign", column(metadata.getImportedKeys(connection.getCatalog(), null, "page"), "FKCOLUMN_NAME"));
                say("routines", column(metadata.getProcedures(connection.getCatalog(), null, "%"), "PROCEDURE_NAME"));
                say("privileges", column(metadata.getTablePrivileges(connection.getCatalog(), null, "page"), "PRIVILEGE"));
                say("types", column(metadata.getTypeInfo(), "TYPE_NAME").contains("VARCHAR"));
                say("keywords", metadata.getSQLKeywords().isEmpty());
            }
        }
    }
}
