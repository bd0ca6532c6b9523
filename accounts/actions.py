"""What the audit trail's action codes mean, for the log pages and their filters."""

SECURITY_ACTIONS = {
    "security.login": "登录",
    "security.login_failed": "登录失败",
    "security.login_limited": "登录失败次数过多，暂停登录",
    "security.rate_limited": "请求过于频繁，已拒绝",
    "security.logout": "退出登录",
    "security.reauthenticated": "再次验证身份",
    "security.factor_failed": "第二步验证失败",
    "security.factor_added": "启用验证方式",
    "security.factor_removed": "停用验证方式",
    "security.factor_renewed": "更换恢复代码",
    "security.password_changed": "修改密码",
    "security.password_reset": "通过邮件重设密码",
    "security.email_changed": "修改电子邮箱",
    "security.session_ended": "结束登录会话",
    "security.invitation_made": "签发邀请链接",
    "security.invitation_accepted": "使用邀请链接设置密码",
    "security.account_created": "新建账号",
    "security.account_locked": "锁定账号",
    "security.account_unlocked": "解除锁定",
    "security.factors_reset": "重置两步验证",
}

BUSINESS_VERBS = {
    "create": "新增",
    "edit": "修改",
    "delete": "删除",
    "end": "结束",
    "view": "查看",
    "list": "查看列表",
    "reveal": "查看完整号码",
    "download": "下载",
    "export": "导出",
    "upload": "上传",
    "check": "核对",
    "fix": "修正",
    "apply": "应用导入",
    "undo": "撤销导入",
    "build": "编制",
    "publish": "发布",
    "move": "移动",
    "transfer": "转移",
    "join": "入会",
    "leave": "退会",
    "invite": "邀请",
    "replace": "更换证件",
    "dissolve": "撤销工会",
    "term": "登记届次",
    "registration": "登记法人证书",
    "declare": "登记职工人数",
    "cover": "登记建会覆盖",
    "uncover": "终止建会覆盖",
    "appoint": "登记任职",
    "register": "登记入册",
    "membership": "办理会籍变化",
    "employ": "登记就业",
    "unemploy": "登记离职",
    "conflict": "录入他处在册人员（已拒绝）",
}


def action_label(code: str) -> str:
    """Chinese label of an action code: a security event by name, others as ``app.verb``'s verb."""
    if code in SECURITY_ACTIONS:
        return SECURITY_ACTIONS[code]
    verb = code.rpartition(".")[2].split("_")[-1]
    return BUSINESS_VERBS.get(verb, code)
